import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on a terminal, nothing elsewhere. It goes to standard error, so that output can be piped. */
export interface Progress {
  update(done: number, note?: string): void;
  /** Writes a line above the bar. */
  tell(line: string): void;
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, tell: writeLine, stop: () => undefined };

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Time left, as a person says it. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * Starts a bar with rate and time left.
 *
 * @param what what is being counted: `images`
 * @param visible whether there is somebody to see it
 */
export function startProgress(title: string, what: string, total: number, visible: boolean): Progress {
  if (!visible || !process.stderr.isTTY || total === 0) return SILENT;
  const began = performance.now();
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} ${what} · {rate} · {left} left{note}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: false,
      barsize: 24,
      fps: 8,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { rate: '…', left: '…', note: '' });
  return {
    update(done, note = '') {
      const seconds = (performance.now() - began) / 1000;
      const rate = done / Math.max(seconds, 0.001);
      bar.update(done, {
        rate: `${rate.toFixed(rate < 10 ? 1 : 0)}/s`,
        left: duration((total - done) / rate),
        note: note === '' ? '' : ` · ${note}`,
      });
    },
    tell(line) {
      if (!bar.isActive) return writeLine(line);
      process.stderr.write('\r\u001b[K');
      writeLine(line);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
