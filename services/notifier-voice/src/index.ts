export { createNotifierVoice } from './service.ts';
