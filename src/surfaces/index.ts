import { clientSurface } from './client/client.js';
import { controlSurface } from './control/control.js';
import { inspectorSurface } from './inspector/inspector.js';
import { mcpSurface } from './mcp/mcp.js';
import { restSurface } from './rest/rest.js';
import type { Servers, Surface, SurfaceParts } from './surface.js';
import { twilioSurface } from './twilio/twilio.js';

const surfaces: readonly Surface[] = [
  twilioSurface,
  restSurface,
  clientSurface,
  controlSurface,
  inspectorSurface,
  mcpSurface,
];

/** Adds every surface to its server. */
export async function registerSurfaces(servers: Servers, parts: SurfaceParts): Promise<void> {
  for (const surface of surfaces) await surface.register(servers, parts);
}
