#include "teasel/train/checkpoint.hpp"

#include "tests/fuzz/fuzz.hpp"
#include "tests/models/small.hpp"
#include "tests/train/quadratic.hpp"

// A checkpoint, loaded for looking at a model and for going on with its training.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.safetensors");
  fuzz::read_or_refuse([&] {
    const State state = read_checkpoint(path);
    testing::Quadratic looked_at, trained;
    load_parameters(looked_at.parameters(), state);
    TrainOptions options = TrainOptions::for_phases(trained.phases());
    options.batch_size = 4;
    Trainer trainer(trained, *testing::eight_items(), options);
    trainer.restore(state);
    fuzz::require(trainer.step() >= 0, "a training has done no negative number of steps");
    trainer.run_step();
  });
  return 0;
}
