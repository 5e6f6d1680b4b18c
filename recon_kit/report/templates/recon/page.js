/* A drawn figure keeps its shape when it is printed: its layers get a view box, its frame the same proportions. */
(function () {
  function fit() {
    document.querySelectorAll(".plotly-graph-div").forEach(function (div) {
      var box = div.querySelector(".svg-container");
      if (!box) return;
      var w = box.clientWidth, h = box.clientHeight;
      box.style.setProperty("--shape", w + "/" + h);
      box.querySelectorAll(".main-svg").forEach(function (svg) { svg.setAttribute("viewBox", "0 0 " + w + " " + h); });
    });
  }
  addEventListener("beforeprint", fit);
  matchMedia("print").addEventListener("change", fit);
})();
