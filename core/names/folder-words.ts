/** What cameras and programs call a photograph when they know nothing of its patient. */
const IMAGE_WORDS = [
  ...['image', 'images', 'img', 'imgs', 'imgp', 'dsc', 'dscn', 'dscf', 'pxl', 'scan', 'scans', 'photo'],
  ...[
    'photograph',
    'foto',
    'pic',
    'picture',
    'bild',
    'bilder',
    'imagen',
    'imagem',
    'immagine',
    'fundus',
    'retina',
    'retinal',
    'eye',
  ],
  ...['eyes', 'capture', 'snapshot', 'screenshot', 'frame', 'file', 'untitled', 'export', 'exported', 'copy'],
  ...['test', 'temp', 'tmp', 'whatsapp image', 'color', 'colour', 'cfp', 'oeil', 'ojo', 'auge'],
  ...['图像', '图片', '照片', '眼底', '眼底照', '写真', '画像', '사진', 'снимок', 'фото'],
];

/** Folders that say where or with what, never who. */
const PLACE_WORDS = [
  ...[
    'clinic',
    'camera',
    'cam',
    'site',
    'room',
    'station',
    'device',
    'center',
    'centre',
    'hospital',
    'school',
  ],
  ...['village', 'batch', 'part', 'set', 'group', 'card', 'sd', 'disk', 'team', 'unit'],
  ...['klinik', 'clinique', 'clinica', 'clínica', 'kamera', 'caméra', 'cámara', 'topcon', 'zeiss', 'canon'],
  ...['optos', 'eidon', 'remidio', 'nidek', 'kowa', '诊所', '医院', '相机'],
];

/** Folders that say nothing at all. */
const EMPTY_WORDS = [
  ...[
    'images',
    'image',
    'imgs',
    'img',
    'photos',
    'photographs',
    'pictures',
    'pics',
    'fundus',
    'retina',
    'cfp',
  ],
  ...['data', 'dataset', 'export', 'exports', 'upload', 'uploads', 'train', 'test', 'val', 'raw', 'original'],
  ...['originals', 'jpg', 'jpeg', 'png', 'tif', 'tiff', 'dcim', 'new', 'patients', 'eyes', 'color', 'colour'],
  ...['left and right', 'both', 'ou', '照片', '图片', '眼底'],
];

/**
 * A letter that numbers what the word before it says: apart from it (`Site B`), a capital behind a small letter (`imageA`)
 * or any letter behind an ideograph. A letter that continues the word makes another word, and perhaps a person's name:
 * Imran, Seth, Daya.
 */
const NUMBERING = '(?:[\\s_.-]+\\p{L}|(?-i:(?<=\\p{Ll})\\p{Lu})|(?<=\\p{Script=Han})\\p{L})';

/** Folders that name a visit. */
const VISIT = new RegExp(
  `^(?:(?:visit|exam|examination|session|baseline|follow[ _-]?up|fu|screening|visite|visita|untersuchung|besuch|month|week|year|day|round|复查|访视|第)s?${NUMBERING}?[ _.-]*\\d{0,3}次?|(?:[vtmwy])[ _-]?\\d{1,3}|\\d{1,3}(?:st|nd|rd|th)?[ _-](?:visit|exam|session|month|months|week|year))$`,
  'iu',
);

function oneOf(words: readonly string[]): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.normalize('NFKC'))
    .join('|');
}

/** Im is a surname as well: only a number behind it says that it is none. */
const IMAGE_NAME = new RegExp(
  `^(?:im(?![\\s_.()-]*\\p{L})|(?:${oneOf(IMAGE_WORDS)}){1,3}s?${NUMBERING}?(?![\\p{L}\\p{M}]))[\\p{Lu}\\d\\s_.()-]*$`,
  'iu',
);
const PLACE_NAME = new RegExp(`^(?:${oneOf(PLACE_WORDS)})s?${NUMBERING}?[\\s_.-]*\\d*$`, 'iu');
const EMPTY_NAME = new RegExp(`^(?:${oneOf(EMPTY_WORDS)})$`, 'iu');
const CARD_FOLDER = /^\d{3}(?:canon|msdcf|nikon|nd\d+|_pana|media|apple)$/iu;

/** Whether a name says only that something is an image: `Image`, `IMG_0001`, `DSC0001`, `scan-3`. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name.normalize('NFKC').trim());
}

/** Whether a folder's name says where photographs come from: `camera1`, `Site B`, `100CANON`. */
export function isPlaceName(name: string): boolean {
  const plain = name.normalize('NFKC').trim();
  return PLACE_NAME.test(plain) || CARD_FOLDER.test(plain);
}

/** Whether a folder's name says nothing: `images`, `export`, `DCIM`. */
export function isEmptyName(name: string): boolean {
  return EMPTY_NAME.test(name.normalize('NFKC').trim());
}

/** Whether a folder's name says which visit: `visit 2`, `baseline`, `V1`. */
export function isVisitName(name: string): boolean {
  return VISIT.test(name.normalize('NFKC').trim());
}
