// Numbers that change while a model trains.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace teasel {

// A number as a function of the training step: one for all latents, or one per latent. A pure function, so there is
// nothing to save and nothing to resume.
//
// In TOML: a number (`beta = 4`), a list with one number per latent (`beta = [10, 4, 4]`), or a table
//   {kind = "linear", from = 0, to = 25, start = 0, steps = 100000}   from `from` to `to` over `steps` steps
//   {kind = "geometric", from = 1e-3, to = 1e-5, start = 0, steps = 100000}   the same along a straight logarithm
//   {kind = "cosine", from = 1e-3, to = 0, start = 0, steps = 100000}   the same along half a wave: to + (from - to)
//   (1 + cos(pi t)) / 2 for the part t of the steps that is done (Loshchilov and Hutter 2017, SGDR, eq. 5)
//   {kind = "stages", from = 10, to = 1, start = 0, steps = 20000}    latent i goes from `from` to `to` at start +
//   i*steps
// (CascadeVAE's stage table, Jeong and Song 2019), where `from` and `to` are numbers or lists.
struct Schedule {
  enum class Kind { constant, linear, geometric, cosine, stages };
  Kind kind = Kind::constant;
  std::vector<double> from{0}, to{0};
  int64_t start = 0, steps = 1;

  Schedule(double value = 0) : from{value}, to{value} {}

  // The value for latent i at `step`. A schedule of one number serves every latent.
  double value(int64_t step, size_t latent = 0) const;
  // How many latents it tells apart: 0 if one number serves all, and stages of one number serve any count.
  size_t latents() const;
  bool per_latent() const { return kind == Kind::stages || latents() > 0; }
  bool operator==(const Schedule&) const = default;
};

std::string name_of(Schedule::Kind kind);

}  // namespace teasel
