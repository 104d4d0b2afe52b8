/** An image that the build puts into the script, as a `data:` address. */
declare module "*.svg" {
  const address: string;
  export default address;
}
