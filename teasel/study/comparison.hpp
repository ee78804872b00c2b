// What a page says of several runs side by side.
#pragma once
#include <vector>

#include "teasel/report/page.hpp"
#include "teasel/study/shown_run.hpp"

namespace teasel {

// The keys of the resolved configurations that are not the same in all, with their values; keys that a configuration
// has not are "–".
Table difference_table(const std::vector<ShownRun>& runs);
// Every score of every run, the best of each marked where better is defined and they are not all equal.
Table comparison_table(const std::vector<ShownRun>& runs);
// For each factor the correlation of every run's best latent.
Table followings_table(const std::vector<ShownRun>& runs);
// For each factor the traversals of the latents that follow it best, the runs side by side; by falling KL divergence
// where the data has no factors. No rows where the items are no images.
Grid aligned_traversals(const std::vector<ShownRun>& runs, Colours colours);
// The whole section.
void add_comparison(Page& page, const std::vector<ShownRun>& runs, Colours colours);

}  // namespace teasel
