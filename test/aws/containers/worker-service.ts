import { type ContainerDescription, ContainerProcess } from './container-process.ts';

/** An ECS service of one task: a container that ends is followed by another one, until the service is stopped. */
export class WorkerService {
  readonly #description: ContainerDescription;
  #container: ContainerProcess;
  #isStopping = false;
  /** Containers started so far. */
  starts = 1;

  private constructor(description: ContainerDescription) {
    this.#description = description;
    this.#container = ContainerProcess.start(description);
    this.#follow();
  }

  static start(description: ContainerDescription): WorkerService {
    return new WorkerService(description);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#isStopping = true;
    await this.#container.stop(signal);
  }

  #follow(): void {
    this.#container.ended.then(() => {
      if (this.#isStopping) return;
      this.starts += 1;
      this.#container = ContainerProcess.start(this.#description);
      this.#follow();
    });
  }
}
