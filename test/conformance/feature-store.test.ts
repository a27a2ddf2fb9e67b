import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { describeFeatureStore } from './feature-store.ts';

describeFeatureStore('one machine', async () => {
  const temporary = await temporaryHome();
  const close = async () => temporary[Symbol.asyncDispose]();
  return { features: temporary.home.features, hasConditions: true, close };
});
