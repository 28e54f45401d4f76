// On paper a link shows where it leads; a style sheet knows no more of that than what the page says, which is relative.

addEventListener("beforeprint", () => {
  for (const link of document.querySelectorAll('.post-text a[href]:not([href^="#"])')) {
    link.dataset.address = link.textContent === link.href ? "" : ` (${link.href})`;
  }
});
