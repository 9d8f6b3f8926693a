// Runs before the first paint, so that a dark page never flashes white. A file of its own: the content
// security policy forbids inline scripts.
(function () {
  var choice = "auto";
  try {
    choice = localStorage.getItem("cc-color-scheme");
  } catch {
    // Storage switched off: the system's choice it is.
  }
  var dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
