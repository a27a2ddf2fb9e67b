import { Command } from 'commander';
import { modelActivateCommand } from './activate.ts';
import { modelCostCommand } from './cost.ts';
import { modelDistanceCommand } from './distance.ts';
import { modelEmbedCommand } from './embed.ts';
import { modelImportCommand } from './import.ts';
import { modelInfoCommand } from './info.ts';
import { modelMapsCommand } from './maps.ts';
import { modelRollbackCommand } from './rollback.ts';
import { modelSquaresCommand } from './squares.ts';
import { modelVerifyCommand } from './verify.ts';

/** `retclip model …` */
export function modelCommand(): Command {
  return new Command('model')
    .description('make, inspect, prove and try model bundles')
    .addCommand(modelImportCommand())
    .addCommand(modelInfoCommand())
    .addCommand(modelActivateCommand())
    .addCommand(modelRollbackCommand())
    .addCommand(modelVerifyCommand())
    .addCommand(modelCostCommand())
    .addCommand(modelMapsCommand())
    .addCommand(modelDistanceCommand())
    .addCommand(modelEmbedCommand())
    .addCommand(modelSquaresCommand());
}
