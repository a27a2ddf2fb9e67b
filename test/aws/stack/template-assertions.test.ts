import { describe, expect, it } from 'vitest';
import { synthesize } from '../../../lib/testing/synthesize.ts';
import type { Template } from './app-template.ts';
import { LACKING_KINDS, type LackingKindName, lackingKindOf } from './lacking-kinds.ts';
import { templateFaults } from './template-assertions.ts';

const template = synthesize({ trainingNodes: '2' }).template.toJSON() as Template;

// biome-ignore lint/suspicious/noExplicitAny: a template is spoiled at any of its places
type Spoiled = any;

/** For each kind, what must not stay unseen if somebody changes it. */
const SPOIL: Readonly<Record<LackingKindName, (resource: Spoiled) => void>> = {
  'scalable targets': ({ Properties }) => {
    Properties.MinCapacity = 1;
  },
  'scaling policies': ({ Properties }) => {
    Properties.StepScalingPolicyConfiguration.AdjustmentType = 'ChangeInCapacity';
  },
  'backup selections': ({ Properties }) => {
    Properties.BackupSelection.Resources = ['*'];
  },
  'Batch compute environments': ({ Properties }) => {
    Properties.ComputeResources.MinvCpus = 4;
  },
  'Batch job definitions': (resource) => {
    resource.Properties.RetryStrategy.Attempts = 1;
  },
  'Batch job queues': ({ Properties }) => {
    Properties.State = 'DISABLED';
  },
  'alarms by metric math': ({ Properties }) => {
    Properties.AlarmActions = [];
  },
  'flow logs': ({ Properties }) => {
    Properties.TrafficType = 'ACCEPT';
  },
  'placement groups': ({ Properties }) => {
    Properties.Strategy = 'spread';
  },
  'security group egress': ({ Properties }) => {
    Properties.CidrIp = '0.0.0.0/0';
  },
  'security group ingress': ({ Properties }) => {
    delete Properties.SourceSecurityGroupId;
    Properties.CidrIp = '0.0.0.0/0';
  },
  'capacity providers': ({ Properties }) => {
    Properties.AutoScalingGroupProvider.ManagedTerminationProtection = 'DISABLED';
  },
  'capacity provider associations': ({ Properties }) => {
    Properties.CapacityProviders = ['FARGATE'];
  },
  'vector buckets': (resource) => {
    resource.DeletionPolicy = 'Delete';
  },
};

describe('what stands in for the resources that the emulator lacks', () => {
  it('holds of the template', () => {
    expect(templateFaults(template)).toEqual([]);
  });

  it.each(Object.keys(LACKING_KINDS) as LackingKindName[])('sees %s that are changed, or gone', (kind) => {
    const spoiled = structuredClone(template) as Spoiled;
    const [id] = Object.keys(spoiled.Resources).filter(
      (name) => lackingKindOf(spoiled.Resources[name]) === kind,
    );
    SPOIL[kind](spoiled.Resources[String(id)]);
    expect(templateFaults(spoiled).some((fault) => fault.startsWith(`${kind}:`))).toBe(true);

    const without = structuredClone(template) as Spoiled;
    for (const name of Object.keys(without.Resources))
      if (lackingKindOf(without.Resources[name]) === kind) delete without.Resources[name];
    expect(templateFaults(without).some((fault) => fault.startsWith(`${kind}:`))).toBe(true);
  });
});
