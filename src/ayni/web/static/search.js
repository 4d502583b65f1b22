// With scripts on, a ticked filter takes effect at once; without them there is the button.
(() => {
  const form = document.getElementById("search");
  for (const button of document.querySelectorAll(".apply")) button.hidden = true;
  addEventListener("change", (event) => {
    if (event.target.form === form && event.target.type === "checkbox") form.requestSubmit();
  });
})();
