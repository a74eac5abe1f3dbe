/** Images that one request may ask for. */
export const MAX_IMAGES_PER_REQUEST = 10
