/** Who made the split of most sets: Zhou et al. 2023, doi 10.1038/s41586-023-06555-x. */
export const RETFOUND_SPLIT = 'https://github.com/rmaphoh/RETFound_MAE/blob/main/BENCHMARK.md';
