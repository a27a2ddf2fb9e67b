import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { ScreeningStack } from '../lib/screening-stack.ts';
import { readSettings } from '../lib/settings.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HIPAASecurityChecks(app));
new ScreeningStack(app, app.node.tryGetContext('stackName') ?? 'RetclipScreening', {
  settings: readSettings(app.node),
});
