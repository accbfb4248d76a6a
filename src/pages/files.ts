/** Files beside the pages. */
import { type Asset, type AssetOptions, asset } from './asset.ts';
import { filePolicy } from './policy.ts';

export function file(type: string, make: AssetOptions['make']): Asset {
  return asset({ type, policy: filePolicy, make });
}
