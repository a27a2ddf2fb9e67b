export { PREPROCESSING, type Preprocessing, preprocessingSchema } from './contract.ts';
