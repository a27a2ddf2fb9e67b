import { describe, expect, it } from 'vitest';
import { handler } from './index.ts';
import { scopesOfGroups } from './scopes-of-groups.ts';

type Event = Parameters<typeof handler>[0];

function eventOf(groups: string[] | undefined): Event {
  return {
    version: '2',
    triggerSource: 'TokenGeneration_Authentication',
    region: 'eu-west-1',
    userPoolId: 'pool',
    userName: 'reader',
    callerContext: { awsSdkVersion: '3', clientId: 'client' },
    request: { userAttributes: {}, groupConfiguration: { groupsToOverride: groups }, scopes: [] },
    response: { claimsAndScopeOverrideDetails: {} },
  };
}

function scopesAdded(event: Event) {
  return event.response.claimsAndScopeOverrideDetails?.accessTokenGeneration?.scopesToAdd;
}

describe('scopes of a token', () => {
  it('come from the groups of the user', async () => {
    const event = await handler(eventOf(['scope:review', 'program:north', 'scope:read']));
    expect(scopesAdded(event)).toEqual(['retclip/read', 'retclip/review']);
  });

  it('are none for a user without groups', async () => {
    expect(scopesAdded(await handler(eventOf(undefined)))).toEqual([]);
  });

  it('do not come from groups that only look like scopes', () => {
    expect(scopesOfGroups(['scope:root', 'Scope:admin', 'program:scope:admin', 'admin', 'scope:'])).toEqual(
      [],
    );
  });
});
