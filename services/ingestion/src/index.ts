export { type IngestionConfig, ingestionConfig } from './config.ts';
export { createIngestion, type Ingestion, type IngestionOverrides } from './service.ts';
export { provisionStore } from './store/collections.ts';
