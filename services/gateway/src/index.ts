export { type GatewayConfig, gatewayConfig, type OidcProvider } from './config.ts';
export { createGateway, type Gateway, type GatewayOverrides } from './service.ts';
export { provisionStore } from './store/collections.ts';
