import OpenSeadragon from 'openseadragon';
import type { LaidMap } from '../evidence/use-evidence.tsx';
import { EYES, type Eye } from '../reading-query.ts';

const LARGER = 1.25;
/** Of the well's width, for each press of an arrow. */
const PANNED = 0.08;

interface OneViewer {
  readonly viewer: OpenSeadragon.Viewer;
  /** Address of what it shows. */
  shown: string | null;
  /** What lies over it. */
  map: LaidMap | null;
}

function open(element: HTMLElement): OneViewer {
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: 'canvas',
    showNavigationControl: false,
    // A photograph changes at once: no motion, no fade.
    animationTime: 0,
    blendTime: 0,
    immediateRender: true,
    minZoomImageRatio: 0.8,
    maxZoomPixelRatio: 8,
    visibilityRatio: 0.3,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false, flickEnabled: false },
    gestureSettingsTouch: { pinchRotate: false, flickEnabled: false },
    gestureSettingsPen: { clickToZoom: false, flickEnabled: false },
    tabIndex: -1,
  });
  // Its own keys turn and mirror: a mirrored eye would look like the other one.
  const { innerTracker } = viewer as unknown as { readonly innerTracker: OpenSeadragon.MouseTracker };
  Object.assign(innerTracker, { keyDownHandler: null, keyHandler: null });
  return { viewer, shown: null, map: null };
}

/**
 * Both eyes, each in a viewer of its own, which move together while they are linked.
 *
 * @example
 * const viewers = new LinkedViewers({ right, left }, (scale) => showScale(scale));
 * viewers.show('right', address);
 * viewers.stop();
 */
export class LinkedViewers {
  readonly #viewers: Readonly<Record<Eye, OneViewer>>;
  readonly #onScale: (scale: number) => void;
  #isLinked = true;
  #isFollowing = false;
  /** Whether the whole photograph is meant to be seen. */
  #isWhole = true;

  /** @param onScale told how many of the screen's pixels a photograph's pixel takes */
  constructor(elements: Readonly<Record<Eye, HTMLElement>>, onScale: (scale: number) => void) {
    this.#viewers = { right: open(elements.right), left: open(elements.left) };
    this.#onScale = onScale;
    for (const eye of EYES) {
      const { viewer } = this.#viewers[eye];
      viewer.addHandler('viewport-change', () => this.#moved(eye));
      viewer.addHandler('open', () => {
        if (this.#isWhole) this.fit();
        else this.#moved(eye);
        this.#lay(eye);
      });
      for (const gesture of ['canvas-drag', 'canvas-scroll', 'canvas-pinch'] as const)
        viewer.addHandler(gesture, () => {
          this.#isWhole = false;
        });
      viewer.addHandler('after-resize', () => {
        // A well that changes its size keeps the whole photograph in sight.
        if (this.#isWhole) this.fit();
      });
    }
  }

  /** Shows a picture of the browser's memory; `null`: nothing. */
  show(eye: Eye, address: string | null): void {
    const one = this.#viewers[eye];
    if (one.shown === address) return;
    one.shown = address;
    this.#isWhole = true;
    if (address === null) one.viewer.close();
    else
      one.viewer.open({
        tileSource: new OpenSeadragon.ImageTileSource({ url: address, buildPyramid: false }),
      });
  }

  /** Lays a map over the photograph that is shown; `null`: none. */
  lay(eye: Eye, map: LaidMap | null): void {
    this.#viewers[eye].map = map;
    this.#lay(eye);
  }

  link(isLinked: boolean): void {
    this.#isLinked = isLinked;
    if (isLinked) this.#moved('right');
  }

  /** The whole photograph. */
  fit(): void {
    this.#isWhole = true;
    this.#each(({ viewport }) => viewport.goHome(true));
  }

  /** A pixel of the photograph on a pixel of the screen. */
  actualPixels(): void {
    this.#isWhole = false;
    this.#each(({ viewport }) =>
      viewport.zoomTo(viewport.imageToViewportZoom(1 / devicePixelRatio), undefined, true),
    );
  }

  /** Whether the whole photograph is shown. */
  get isFit(): boolean {
    return this.#isWhole;
  }

  /** @param steps above 0: larger */
  zoom(steps: number): void {
    this.#isWhole = false;
    this.#each(({ viewport }) => {
      viewport.zoomBy(LARGER ** steps, undefined, true);
      viewport.applyConstraints(true);
    });
  }

  /** @param across to the right, @param down downwards: steps by which the view moves */
  pan(across: number, down: number): void {
    this.#isWhole = false;
    this.#each(({ viewport }) => {
      const { width } = viewport.getBounds(true);
      viewport.panBy(new OpenSeadragon.Point(across * width * PANNED, down * width * PANNED), true);
      viewport.applyConstraints(true);
    });
  }

  stop(): void {
    for (const eye of EYES) this.#viewers[eye].viewer.destroy();
  }

  #lay(eye: Eye): void {
    const { viewer, map } = this.#viewers[eye];
    viewer.clearOverlays();
    const photograph = viewer.isOpen() ? viewer.world.getItemAt(0) : undefined;
    if (map === null || photograph === undefined) return;
    const { x: width, y: height } = photograph.getContentSize();
    const { box, picture } = map;
    const place = photograph.imageToViewportRectangle(
      ...[box.left * width, box.top * height, box.width * width, box.height * height],
    );
    viewer.addOverlay({ element: picture, location: place });
  }

  #each(act: (viewer: OpenSeadragon.Viewer) => void): void {
    this.#isFollowing = true;
    for (const eye of EYES) {
      const { viewer } = this.#viewers[eye];
      if (viewer.isOpen()) act(viewer);
    }
    this.#isFollowing = false;
    this.#tellScale();
  }

  /** The other eye follows: the same part of the photograph at the same size. */
  #moved(eye: Eye): void {
    if (this.#isFollowing) return;
    const { viewer } = this.#viewers[eye];
    const other = this.#viewers[eye === 'right' ? 'left' : 'right'].viewer;
    if (this.#isLinked && viewer.isOpen() && other.isOpen()) {
      this.#isFollowing = true;
      other.viewport.zoomTo(viewer.viewport.getZoom(true), undefined, true);
      other.viewport.panTo(viewer.viewport.getCenter(true), true);
      this.#isFollowing = false;
    }
    this.#tellScale();
  }

  #tellScale(): void {
    const open = EYES.map((eye) => this.#viewers[eye].viewer).find((viewer) => viewer.isOpen());
    if (open === undefined) return;
    const { viewport } = open;
    this.#onScale(viewport.viewportToImageZoom(viewport.getZoom(true)) * devicePixelRatio);
  }
}
