// Several questions about one moment. A script contains only the functions that its questions need.

function together(questions) {
  const asked = { entered: () => entered, shownNow: () => shownNow, target: () => target, readAsText: () => readAsText, readAllAsText: () => readAllAsText };
  return questions.map(([name, argument]) => asked[name]()(argument));
}
