import { loadConfig, runService } from '@tocsin/platform';
import { incidentsEnvironment } from './config.ts';
import { createIncidents } from './service.ts';

await runService('incidents', () => createIncidents(loadConfig(incidentsEnvironment)));
