/** The simulation as one module, so that it can be run on sources with planted bugs too. */
export { simulate } from './simulate.ts';
