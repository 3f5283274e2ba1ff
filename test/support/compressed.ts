// One content in the compressions that Node cannot write; made with Python's bz2 (level 1: several blocks) and the zstd tool.

export const DIGITS = Buffer.from('0123456789'.repeat(25_000));

export const BZIP2_OF_DIGITS = Buffer.from(
  'QlpoMTFBWSZTWUqP/6UAE4cIAH/gIABwQAwClUMJnFQVHlUFR6qCo+VBUYVBUZVBUaVBUbVBUfqgqOKgqOmKCskyms' +
    'hsH97gAThwQAP/AQADggBgFKoYTOKgqPFQVHtUFR8qCowqCoyqCo0qCo2qCo/VBUcVBUdMUFZJlNZfmT3JgATiwgAf' +
    '+AgAGoKVCaGBSqGCblIVGKQqMZpCo0UKjBQqMlCo0UKjZQqPyhUcKFR0XckU4UJBPXP4LA==',
  'base64',
);

export const ZSTD_OF_DIGITS = Buffer.from(
  'KLUv/QRYlAAAUDAxMjM0NTY3ODkBAPP/zQsSTQAACDIBAIzQORAC00z3GA==',
  'base64',
);
