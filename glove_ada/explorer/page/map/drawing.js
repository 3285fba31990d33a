"use strict";
/* What lies over the points, drawn on a canvas: lines, arrows, rings and labels. */

Explorer.drawing = (() => {
  const { LABEL_SIZE } = Explorer.saving;
  const HALO = 2.5; /* of the ground's colour around marks, which are seen on any colour then */

  const fontOf = (bold) => `${bold ? "600 " : ""}${LABEL_SIZE}px system-ui, sans-serif`;

  function draw(context, { shade, lines, arrows, rings, labels }) {
    const line = ([[x1, y1], [x2, y2]]) => {
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    };
    for (const [tone, wide] of [[shade.ground, HALO], [shade.mark, 0]]) {
      context.strokeStyle = tone;
      context.lineWidth = 1.2 + wide;
      lines.forEach(line);
      for (const [from, to] of arrows) {
        line([from, to]);
        const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
        for (const side of [-0.4, 0.4]) {
          line([to, [to[0] - 10 * Math.cos(angle + side), to[1] - 10 * Math.sin(angle + side)]]);
        }
      }
    }
    for (const ring of rings) {
      context.beginPath();
      context.arc(ring.x, ring.y, ring.radius, 0, 2 * Math.PI);
      for (const [tone, wide] of [[shade.ground, HALO], [ring.colour, 0]]) {
        context.strokeStyle = tone;
        context.lineWidth = 2 + wide;
        context.stroke();
      }
    }
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = shade.ground;
    for (const label of labels) {
      context.font = fontOf(label.force);
      context.strokeText(label.text, label.left, label.baseline);
      context.fillStyle = label.asked ? shade.mark : shade.ink;
      context.fillText(label.text, label.left, label.baseline);
    }
  }

  return { draw, fontOf };
})();
