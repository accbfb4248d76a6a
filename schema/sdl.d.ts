/** An SDL file of this folder, for whose loader or bundler brings it as text. */
declare const sdl: string;
export default sdl;
