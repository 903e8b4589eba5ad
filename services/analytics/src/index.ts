export type { AnalyticsConfig } from './config.ts';
export { type Analytics, type AnalyticsOverrides, createAnalytics } from './service.ts';
export { provisionStore } from './store/collections.ts';
