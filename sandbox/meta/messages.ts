/**
 * What Meta says about single items. The texts follow the language of the account and their wording may change,
 * so a client must not branch on them; switching to Czech shows whether one does.
 */
export interface Messages {
  missingId(): string;
  duplicateId(id: string): string;
  badPrice(field: string, value: string): string;
  unknownField(id: string, field: string): string;
  missingRequired(line: number, id: string, field: string): string;
  cannotClear(line: number, id: string, field: string): string;
  tooLong(line: number, id: string, field: string, limit: number): string;
  badValue(line: number, id: string, field: string, value: string): string;
  saleNotLower(line: number, id: string): string;
  unknownItem(line: number, id: string): string;
  existingItem(line: number, id: string): string;
  catalogFull(line: number, id: string, most: number): string;
  nullValue(field: string): string;
  noLocalization(id: string): string;
  onlyByCountry(field: string): string;
  notLocalized(id: string, field: string): string;
  refused(line: number, id: string): string;
  longerThanAdvised(id: string, field: string, limit: number): string;
  allCapitals(id: string, field: string): string;
  ignoredValue(id: string, field: string, value: string): string;
}

const at = (line: number, id: string, what: string): string =>
  `Invalid value: Value passed at position ${line} (id=${id}) is invalid: "${what}"`;

const en: Messages = {
  missingId: () => 'Can not find required field id',
  duplicateId: (id) => `Duplicate retailer_id in batch api call - ${id}.`,
  badPrice: (field, value) => `The value "${value}" of the field ${field} is not a price with a currency code.`,
  unknownField: (id, field) => `Unrecognised field: A request for item ${id} contains unrecognised field: '${field}'`,
  missingRequired: (line, id, field) =>
    at(line, id, `You cannot create a EntProductItem without required field ${field}`),
  cannotClear: (line, id, field) => at(line, id, `The required field ${field} cannot be removed`),
  tooLong: (line, id, field, limit) => at(line, id, `The field ${field} is longer than ${limit} characters`),
  badValue: (line, id, field, value) => at(line, id, `The value ${value} is not allowed for the field ${field}`),
  saleNotLower: (line, id) => at(line, id, 'The sale_price must be lower than the price'),
  unknownItem: (line, id) => at(line, id, 'The item does not exist and upsert is not allowed'),
  existingItem: (line, id) => at(line, id, 'An item with this id exists already'),
  catalogFull: (line, id, most) => at(line, id, `The catalog cannot hold more than ${most} items`),
  nullValue: (field) => `The value of the field ${field} cannot be null.`,
  noLocalization: (id) => `The request for item ${id} has no valid localization.`,
  onlyByCountry: (field) => `The field ${field} can only be provided for a country.`,
  notLocalized: (id, field) => `The field ${field} of item ${id} cannot be localized and was ignored.`,
  refused: (line, id) => at(line, id, 'The item does not comply with our policies'),
  longerThanAdvised: (id, field, limit) =>
    `The field ${field} of item ${id} is longer than ${limit} characters and may be shown cut.`,
  allCapitals: (id, field) => `The field ${field} of item ${id} is written in capital letters only.`,
  ignoredValue: (id, field, value) => `The value ${value} of the field ${field} of item ${id} was ignored.`,
};

const umisteni = (line: number, id: string, what: string): string =>
  `Neplatná hodnota: Hodnota předaná na pozici ${line} (id=${id}) je neplatná: „${what}“`;

const cs: Messages = {
  missingId: () => 'Povinné pole id nebylo nalezeno',
  duplicateId: (id) => `Duplicitní retailer_id v dávkovém volání API – ${id}.`,
  badPrice: (field, value) => `Hodnota „${value}“ pole ${field} není cena s kódem měny.`,
  unknownField: (id, field) => `Nerozpoznané pole: Požadavek na položku ${id} obsahuje nerozpoznané pole: „${field}“`,
  missingRequired: (line, id, field) => umisteni(line, id, `Položku nelze vytvořit bez povinného pole ${field}`),
  cannotClear: (line, id, field) => umisteni(line, id, `Povinné pole ${field} nelze odebrat`),
  tooLong: (line, id, field, limit) => umisteni(line, id, `Pole ${field} je delší než ${limit} znaků`),
  badValue: (line, id, field, value) => umisteni(line, id, `Hodnota ${value} není v poli ${field} povolena`),
  saleNotLower: (line, id) => umisteni(line, id, 'Hodnota sale_price musí být nižší než price'),
  unknownItem: (line, id) => umisteni(line, id, 'Položka neexistuje a její vytvoření není povoleno'),
  existingItem: (line, id) => umisteni(line, id, 'Položka s tímto id už existuje'),
  catalogFull: (line, id, most) => umisteni(line, id, `Katalog nemůže obsahovat více než ${most} položek`),
  nullValue: (field) => `Hodnota pole ${field} nesmí být null.`,
  noLocalization: (id) => `Požadavek na položku ${id} nemá platnou lokalizaci.`,
  onlyByCountry: (field) => `Pole ${field} lze zadat pouze pro zemi.`,
  notLocalized: (id, field) => `Pole ${field} položky ${id} nelze lokalizovat a bylo ignorováno.`,
  refused: (line, id) => umisteni(line, id, 'Položka nesplňuje naše zásady'),
  longerThanAdvised: (id, field, limit) =>
    `Pole ${field} položky ${id} je delší než ${limit} znaků a může se zobrazit zkrácené.`,
  allCapitals: (id, field) => `Pole ${field} položky ${id} je napsáno pouze velkými písmeny.`,
  ignoredValue: (id, field, value) => `Hodnota ${value} pole ${field} položky ${id} byla ignorována.`,
};

export const messages = { en, cs };
export type Language = keyof typeof messages;
