// Several questions of one moment.

/** Answer several questions of one moment. */
function together(questions) {
  const asked = { entered, told };
  return questions.map(([name, argument]) => asked[name](argument));
}
