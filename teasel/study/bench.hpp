// Repeatable measurements of training steps, of encoding, of a data set's gathers and of metrics.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teasel/metrics/metric.hpp"
#include "teasel/study/evaluate.hpp"
#include "teasel/study/processor_peak.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/train/trainer.hpp"

namespace teasel {

// Quartiles of repeated measurements, milliseconds.
struct Timing {
  double least = 0, lower = 0, median = 0, upper = 0;
};
// Of at least one number; quartiles by linear interpolation.
Timing timing_of(std::vector<double> milliseconds);
Value to_value(const Timing& timing);

// Multiply-adds that a step of a convolutional or plain autoencoder asks for, from the shapes of its parameters, the
// images' pixels and the batch: every convolution and linear layer once forward, once for its weight's gradient and
// once for its input's. Convolutions halve the image each, those of the network "decoder" double it up to the full
// size. What a network reads from the data or from codes without gradient needs no input gradient. A model of several
// phases is taken as adversarial (FactorVAE, Kim and Mnih 2018, Algorithm 2): the first phase passes gradients through
// the networks that other phases train, further batches are encoded without gradients, and later phases read the codes
// of all batches. Pointwise operations, sums and the optimiser's are left out.
std::optional<double> step_multiply_adds(Trainable& what, const FieldSpec& image, int64_t batch_size);

// The steps of one training, timed.
class StepBench {
 public:
  // Takes over a configuration; its train.threads are this process's from now on. Error as for a training.
  explicit StepBench(const Value& config);
  ~StepBench();

  struct Result {
    Timing step, data, gradients, update;  // of one step
    double data_share = 0;                 // of the time of all steps, per cent: what waiting for batches costs
  };
  // Times `steps` steps after `warm_up` others; later calls go on with the same training.
  Result run(int64_t warm_up, int64_t steps);

  const OpenedConfig& config() const { return opened_; }
  // 2e-9 step_multiply_adds; 0 where that counts nothing.
  double gflop() const;

 private:
  class Clock;
  OpenedConfig opened_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Trainer> trainer_;
};

// The encoding pass of a run, as scores begin with it (teasel/explore/encode.hpp).
struct EncodeBench {
  double milliseconds = 0, items_per_second = 0;
};
// `items` items of its data set from number `first` on, round and round. The run's threads are this process's.
EncodeBench bench_encode(const LoadedRun& run, int64_t first, int64_t items, int64_t batch_size);

// Random gathers of a data set's first field.
struct DataBench {
  double open_milliseconds = 0;  // to open or render it
  Timing packed, widened;        // of one batch: as it is stored; as floats
  double items_per_second = 0;   // widened, at the median
  int64_t stored_bytes = 0;      // of all items
};
// `data` as in a configuration's `[data]` table.
DataBench bench_data(const Value& data, int64_t batch_size, int64_t batches);

// Time of a metric on codes that resemble a trained model's.
struct ScoreBench {
  std::string metric;
  Timing timing;
  int64_t runs = 0;
  std::string refused;  // why it cannot be computed here; empty: it was
};
// Every registered metric under a protocol, or those named, on `rows` random items of dSprites with ten latents: five
// that follow a factor with noise, five of noise alone. Each is computed `repetitions` times, or fewer: not again once
// its runs have taken `seconds`. With a progress bar.
std::vector<ScoreBench> bench_scores(const std::vector<std::string>& metrics, const std::string& protocol, int64_t rows,
                                     int64_t repetitions, double seconds);

}  // namespace teasel
