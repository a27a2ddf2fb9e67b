/** Base of every error of the proof on an emulated AWS. */
export class AwsProofError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The emulator could not be installed or started, or refuses what it is asked. */
export class EmulatorError extends AwsProofError {}

/** The stack could not be synthesised or deployed. */
export class DeploymentError extends AwsProofError {}

/** Something of the scenario did not come out as it must. */
export class ScenarioError extends AwsProofError {}
