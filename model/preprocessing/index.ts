export { PREPROCESSING, PREPROCESSINGS, type Preprocessing, preprocessingSchema } from './contract.ts';
