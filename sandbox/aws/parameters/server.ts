export { type ParametersServer, type ParameterType, startParameters } from './parameters.ts';
export { type SecretsServer, startSecrets } from './secrets.ts';
