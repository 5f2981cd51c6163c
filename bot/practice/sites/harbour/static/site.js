// The settings of this page: its skin and the position of every switch.

export const site = JSON.parse(document.getElementById("site").textContent);
