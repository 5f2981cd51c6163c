// Several questions of one moment. Only those functions are part of a script that it asks for.

function together(questions) {
  const asked = { entered: () => entered, shownNow: () => shownNow, target: () => target, told: () => told, toldAll: () => toldAll };
  return questions.map(([name, argument]) => asked[name]()(argument));
}
