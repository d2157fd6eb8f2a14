// Draws dots on a graphics card: one call of gl.POINTS, colours from a small texture by cluster.
import type { Camera } from "../state/view";
import { scaleOf } from "./camera";
import type { Dots, Look, Palette, PointLayer } from "./layer";

const ACROSS = 256; // texels per row of the palette

const VERTEX = `#version 300 es
layout(location = 0) in vec2 place;
layout(location = 1) in uint leaf;
uniform vec4 view; // scale x, scale y, centre x, centre y
uniform float size;
uniform sampler2D palette;
out vec4 colour;
void main() {
  colour = texelFetch(palette, ivec2(int(leaf) % ${ACROSS}, int(leaf) / ${ACROSS}), 0);
  vec2 at = (place - view.zw) * view.xy;
  gl_Position = vec4(colour.a > 0.0 ? at : vec2(2.0), 0.0, 1.0);
  gl_PointSize = size + 1.0;
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour;
uniform float size;
uniform float opacity;
out vec4 shown;
void main() {
  float far = length(gl_PointCoord - 0.5) * (size + 1.0);
  float a = clamp(size * 0.5 + 0.5 - far, 0.0, 1.0) * colour.a * opacity;
  shown = vec4(colour.rgb * a, a);
}`;

export class WebglLayer implements PointLayer {
  readonly kind = "webgl";
  readonly canvas = document.createElement("canvas");
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly uniforms: Record<"view" | "size" | "opacity", WebGLUniformLocation | null>;
  private count = 0;
  private size = { width: 1, height: 1 };
  private ratio = 1;

  /** Throws where the browser has no WebGL2; `onLost` is told when the card is taken away. */
  constructor(private readonly onLost: () => void) {
    const gl = this.canvas.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("No WebGL2.");
    this.gl = gl;
    this.program = link(gl);
    this.uniforms = {
      view: gl.getUniformLocation(this.program, "view"),
      size: gl.getUniformLocation(this.program, "size"),
      opacity: gl.getUniformLocation(this.program, "opacity"),
    };
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.canvas.addEventListener("webglcontextlost", onLost, { once: true });
  }

  /** What draws: the card's name, where the browser tells. */
  get renderer(): string {
    const { gl } = this;
    const told = gl.getExtension("WEBGL_debug_renderer_info");
    return String(gl.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  }

  setDots(dots: Dots): void {
    const { gl } = this;
    this.count = dots.leaf.length;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, dots.xy, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, dots.leaf, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(1);
    const wide = dots.leaf instanceof Uint32Array;
    gl.vertexAttribIPointer(1, 1, wide ? gl.UNSIGNED_INT : gl.UNSIGNED_SHORT, 0, 0);
  }

  setPalette(palette: Palette): void {
    const { gl } = this;
    const rows = Math.max(1, Math.ceil(palette.length / 4 / ACROSS));
    const texels = new Uint8Array(4 * ACROSS * rows);
    texels.set(palette);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, ACROSS, rows, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  resize(width: number, height: number, ratio: number): void {
    this.size = { width, height };
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.gl.viewport(0, 0, this.canvas.width, this.canvas.height);
  }

  draw(camera: Camera, look: Look): void {
    const { gl, size } = this;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const s = scaleOf(camera, size);
    // biome-ignore lint/correctness/useHookAtTopLevel: WebGL's, not React's
    gl.useProgram(this.program);
    gl.uniform4f(
      this.uniforms.view,
      (2 * s) / size.width,
      (2 * s) / size.height,
      camera.x,
      camera.y,
    );
    gl.uniform1f(this.uniforms.size, look.size * this.ratio);
    gl.uniform1f(this.uniforms.opacity, look.opacity);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  /** Waits until the card has drawn, so that a frame can be timed. */
  finish(): void {
    const { gl } = this;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  destroy(): void {
    this.canvas.removeEventListener("webglcontextlost", this.onLost);
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.canvas.remove();
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("The graphics card gave no shader.");
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(gl.getProgramInfoLog(program) ?? "The shaders do not link.");
  return program;
}
