/** Twilio's published description, its documentation, a recorded response, or inferred from these. */
export type Source = 'published' | 'documented' | 'recorded' | 'inferred';
