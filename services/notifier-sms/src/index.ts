export { createNotifierSms } from './service.ts';
