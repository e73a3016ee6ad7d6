// Draws what the server sends about a QR code. Always dark on white with the quiet zone of four
// modules that the standard demands, whatever the colours of the page: phones do not read it
// otherwise. Tools that darken pages repaint them by rules that are `!important`; an element's own
// declaration that is so too goes before any rule of the page, and attributes come after all.

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4;

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// Through the object model: the page's policy allows no `style` attributes in markup.
function paint(node, declarations) {
  for (const [property, value] of Object.entries(declarations)) {
    node.style.setProperty(property, value, "important");
  }
  return node;
}

const fill = (colour) => ({ fill: colour, "fill-opacity": "1", opacity: "1", filter: "none" });

// `modules`: width × width bits in base64, row by row, first bit first, 1 = dark.
export function drawModules({ width, modules }, label) {
  const bytes = atob(modules);
  const isDark = (x, y) => {
    const bit = y * width + x;
    return x < width && ((bytes.charCodeAt(bit >> 3) >> (7 - (bit & 7))) & 1) === 1;
  };
  // One bar for each run of dark modules in a row.
  let path = "";
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isDark(x, y)) continue;
      const start = x;
      while (isDark(x, y)) x += 1;
      path += `M${start} ${y}h${x - start}v1h${start - x}z`;
    }
  }
  const size = width + 2 * QUIET;
  const svg = element("svg", {
    viewBox: `${-QUIET} ${-QUIET} ${size} ${size}`,
    "shape-rendering": "crispEdges",
    role: "img",
    "aria-label": label,
  });
  const ground = element("rect", {
    x: -QUIET,
    y: -QUIET,
    width: size,
    height: size,
    fill: "#fff",
  });
  svg.append(
    paint(ground, fill("#fff")),
    paint(element("path", { d: path, fill: "#000" }), fill("#000")),
  );
  return paint(svg, {
    background: "#fff",
    // What an older browser does not know it leaves as it was.
    "color-scheme": "only light",
    "forced-color-adjust": "none",
    filter: "none",
    "mix-blend-mode": "normal",
    opacity: "1",
  });
}
