/** Marks that every BERT vocabulary has. */
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];
const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', ...'，。、；：（）《》“”‘’？！—…·°²'];

/** Words of English reports on fundus photographs. */
const ENGLISH = `
a an and the of in on at by for with without no not to is are be was were has have may both either each one two left right eye eyes
fundus retina retinal macula macular fovea foveal optic disc disk cup cupping rim nerve fibre fiber layer vessel vessels artery
arteries arteriolar vein veins venous vitreous lens cornea pupil field image photograph quality normal abnormal healthy disease
diabetic diabetes retinopathy nonproliferative proliferative background mild moderate severe grade stage early late wet dry
glaucoma glaucomatous suspect suspected cataract age related degeneration amd drusen drusenoid geographic atrophy neovascular
neovascularization choroidal choroid hypertension hypertensive myopia myopic pathological pathologic tessellated tessellation
crescent staphyloma refractive media opacity haze hazy opacities haemorrhage haemorrhages hemorrhage hemorrhages microaneurysm
microaneurysms exudate exudates hard soft cotton wool spot spots oedema edema thickening traction detachment tear hole epiretinal
epimacular membrane occlusion branch central ischaemia ischemia laser photocoagulation scar scars treated treatment pigment
pigmentation pigmentary pigmentosa retinitis uveitis coloboma myelinated drug toxicity pallor pale swollen swelling papilloedema
papilledema tortuous tortuosity narrowing crossing nicking silver wiring copper bleeding fluid subretinal intraretinal lesion
lesions sign signs findings finding impression recommended refer referral urgent screening recall follow up patient left: right:
post operation surgery implant intraocular dust low high small large few many multiple scattered inferior superior nasal temporal
quadrant quadrants upper lower peripheral posterior pole arcade
abnormality after anomalies anterior arteriosclerosis asteroid atrophic change chorioretinal chorioretinopathy choroiditis color
congenital depigmentation diffuse discitis disorder epithelial epithelium evidence fibers fold glial glory hyalosis hypertrophy
idiopathic invisible line maculopathy membranous microvascular morning naevus nevus non offset oil old oval over peripapillary
photographically proliferation remnants retinochoroidal rhegmatogenous serous shaped sheathing silicone spotted syndrome vascular
visible wedge white yellow
`;

/** Characters of Chinese reports on fundus photographs. */
const CHINESE =
  '左右眼双底视网膜黄斑区中心凹乳头盘杯沿神经纤维层血管动静脉玻璃体晶状角瞳孔野图像照片质量正常异未见明显糖尿病变性非增殖期轻度重青光白内障可疑年龄相关退行湿干萎缩新生脉络高压近视理豹纹弧形斑后巩膜葡萄肿屈光介混浊出血点微瘤硬软渗棉绒水增厚牵拉脱离裂前阻塞分支央缺激凝术斑痕治疗色素沉着炎有髓药物毒苍扭曲交叉压迹铜丝银下内外多少大小散在上方鼻侧颞象限周边极部弓清晰模糊边界颜红橙黄灰黑反存消失比约为扩疾筛查转诊紧急复建议随访患者男女岁一二三四五六七八九十个月日无及伴和与或不能除考虑提示符合改治愈早晚慢急管直径板孔瓣环周围透明人工位置良好差低亮暗曝过足对焦乱偏先到化发圆天尘弥征待拍损排旁旧星样椭楔残没油浆液源漫灶牛特留疣痣皮皱硅移紊线综肥胶花褶迂镜陈陷鞘';

/** WordPiece entries of the default model: its own small vocabulary, for English and Chinese reports. */
export function defaultVocabulary(): string[] {
  const words = ENGLISH.split(/\s+/).filter((word) => /^[a-z]+$/.test(word));
  const characters = [...LETTERS, ...DIGITS];
  const endings = [
    's',
    'es',
    'ed',
    'ing',
    'al',
    'ic',
    'ous',
    'y',
    'ly',
    'tion',
    'opathy',
    'itis',
    'oma',
    'osis',
  ];
  const continued = [...characters, ...endings].map((piece) => `##${piece}`);
  return [...new Set([...SPECIAL, ...PUNCTUATION, ...characters, ...continued, ...words, ...CHINESE])];
}
