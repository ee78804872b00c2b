#include "teasel/study/picture_log.hpp"

#include <algorithm>
#include <vector>

#include "teasel/explore/encode.hpp"

namespace teasel {
namespace {

constexpr int64_t ranking_items = 500;  // whose KL divergences put the rows of a traversal in order

// So many items, evenly spaced.
std::vector<int64_t> spread(const std::vector<int64_t>& items, int64_t count) {
  std::vector<int64_t> out;
  const auto size = std::ssize(items);
  for (int64_t i = 0; i < std::min<int64_t>(count, size); ++i)
    out.push_back(items[static_cast<size_t>(i * size / std::min<int64_t>(count, size))]);
  return out;
}

}  // namespace

PictureLog::PictureLog(const Model& model, const Dataset& data, const TrainOptions& options, TensorBoardLog& events)
    : model_(model), data_(data), every_(options.checkpoint_every), steps_(options.steps), events_(events) {}

void PictureLog::checkpoint(const State& state) {
  const int64_t step = state.step();
  // A training that was stopped from outside saves too, at steps of no meaning.
  if (data_.spec().modality != Modality::image || (step % every_ != 0 && step != steps_)) return;
  const Model::Calibration calibration = calibrate(model_, data_);
  const PictureSource of(model_, data_, calibration);
  PictureOptions options;
  if (!model_.latents().prior) options.from = TraverseFrom::posterior_mean, options.items = {middle_item(data_)};
  const Codes codes =
      encode(model_, data_, calibration,
             {.distortion_items = 0, .progress = false, .items = spread(data_.split("all"), ranking_items)});
  for (const RunPicture& picture : {traversal_picture(of, codes, options), reconstruction_picture(of, options)})
    events_.picture(step, picture.stem, draw_grid(picture.grid));
}

}  // namespace teasel
