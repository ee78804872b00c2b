// Pictures of a model while it trains.
#pragma once
#include "teasel/study/pictures.hpp"
#include "teasel/train/observers.hpp"

namespace teasel {

// Draws a traversal and reconstructions, with the trained weights, into the event files of TensorBoard: at steps that
// train.checkpoint_every divides and at the end. Nothing for items that are no images.
class PictureLog : public Observer {
 public:
  PictureLog(const Model& model, const Dataset& data, const TrainOptions& options, TensorBoardLog& events);
  void checkpoint(const State& state) override;

 private:
  const Model& model_;
  const Dataset& data_;
  int64_t every_, steps_;
  TensorBoardLog& events_;
};

}  // namespace teasel
