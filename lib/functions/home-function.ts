import type { Construct } from 'constructs';
import { grantAccess, type HomeAccess } from '../home/access.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { BundledFunction, type BundledFunctionProps } from './bundled-function.ts';

export interface HomeFunctionProps extends Omit<BundledFunctionProps, 'environment'> {
  readonly home: CloudHome;
  /** What its code does with the home, and so all that it may do. */
  readonly access: HomeAccess;
  /** Environment besides that of the home. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A function that works on the home: finds it by its environment, may do what it is given access to. */
export class HomeFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: HomeFunctionProps) {
    super(scope, id, { ...props, environment: { ...props.home.environment(), ...props.variables } });
    grantAccess(this.executionRole, props.home, props.access);
  }
}
