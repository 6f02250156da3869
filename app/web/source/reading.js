import { bisector } from "d3-array";
import { pointer, select } from "d3-selection";

const nearest = bisector((sample) => sample[0]).center;

/** Reads values off a chart: under the pointer, or with the arrow keys when the chart has the focus. */
export function reading(root) {
  root.addEventListener("pointermove", (event) => {
    const chart = event.target.closest?.("svg[data-samples]");
    if (chart) show(chart, nearest(samples(chart), pointer(event, chart)[0]));
  });
  root.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const chart = event.target.closest?.("svg[data-samples]");
    if (!step || !chart) return;
    event.preventDefault();
    const all = samples(chart);
    const at = Number(chart.dataset.at ?? Math.floor(all.length / 2));
    show(chart, Math.min(Math.max(at + step, 0), all.length - 1));
  });
}

const samples = (chart) => JSON.parse(chart.dataset.samples);

function show(chart, at) {
  const [x, where, ...amounts] = samples(chart)[at];
  const { height } = chart.viewBox.baseVal;
  chart.dataset.at = at;
  select(chart)
    .selectAll(".reader")
    .data([x])
    .join("line")
    .attr("class", "reader")
    .attr("x1", x)
    .attr("x2", x)
    .attr("y1", 12)
    .attr("y2", height - 34);
  chart.closest(".chart").querySelector(".read").textContent = `${where}: ${amounts.join(" · ")}`;
}
