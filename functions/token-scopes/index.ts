import type { PreTokenGenerationV2TriggerEvent } from 'aws-lambda';
import { scopesOfGroups } from './scopes-of-groups.ts';

/** Lambda entry that Cognito calls before it issues a token: a user's groups become the scopes of the token. */
export async function handler(
  event: PreTokenGenerationV2TriggerEvent,
): Promise<PreTokenGenerationV2TriggerEvent> {
  const groups = event.request.groupConfiguration.groupsToOverride ?? [];
  event.response = {
    claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToAdd: scopesOfGroups(groups) } },
  };
  return event;
}
