// Opens every view of the page; where a browser cannot, the marked photos stay.

async function openViews() {
  for (const root of document.querySelectorAll(".view")) {
    try {
      const view = new View(root);
      root.classList.add("live");
      await view.open();
      const gallery = document.querySelector(".gallery");
      if (gallery?.querySelector("form") && view.sides.length > 1) new Gallery(gallery, view);
    } catch (problem) {
      root.classList.remove("live");
      root.classList.add("broken");
      root.dataset.problem = String(problem);
    }
  }
}

openViews();
