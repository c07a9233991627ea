// Notes when the button was clicked, before anything else hears of it.
document.addEventListener('click', () => {
  window.clicked = performance.timeOrigin + performance.now();
}, { capture: true, once: true });
