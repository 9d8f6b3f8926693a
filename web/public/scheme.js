// Runs before the first paint, so that a dark page never flashes white. A file of its own: the content
// security policy forbids inline scripts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("cc-color-scheme");
  } catch {
    choice = null;
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
