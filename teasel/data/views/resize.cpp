// Smaller images: every pixel stands for a square block of the original's.
#include <algorithm>
#include <bit>

#include "teasel/data/dataset.hpp"
#include "teasel/data/gathering.hpp"

namespace teasel {
namespace {

// Every second bit of `word`, beginning with the highest, in the upper half.
uint64_t even_columns(uint64_t word) {
  word = (word >> 1) & 0x5555555555555555;
  word = (word | word >> 1) & 0x3333333333333333;
  word = (word | word >> 2) & 0x0f0f0f0f0f0f0f0f;
  word = (word | word >> 4) & 0x00ff00ff00ff00ff;
  word = (word | word >> 8) & 0x0000ffff0000ffff;
  word = (word | word >> 16) & 0x00000000ffffffff;
  return word << 32;
}

// Two rows to one of half as many columns: on where at least 2 of the 4 pixels are on.
uint64_t halve(uint64_t upper, uint64_t lower) {
  const uint64_t any = upper | lower, both = upper & lower;
  // One above the other in either column, or one in each column.
  return even_columns(both | both << 1 | (any & any << 1));
}

// The next 64 columns, or the last ones of a row, from the highest bit on. A full word has a loop of constant length,
// which compiles to one load.
uint64_t load_word(const std::byte* in, int64_t bytes) {
  uint64_t word = 0;
  if (bytes >= 8)
    for (int i = 0; i < 8; ++i) word |= static_cast<uint64_t>(in[i]) << (56 - 8 * i);
  else
    for (int i = 0; i < bytes; ++i) word |= static_cast<uint64_t>(in[i]) << (56 - 8 * i);
  return word;
}

void store_word(uint64_t word, int64_t bytes, std::byte* out) {
  for (int i = 0; i < std::min<int64_t>(bytes, 8); ++i) out[i] = static_cast<std::byte>(word >> (56 - 8 * i));
}

// Black and white planes whose rows are whole bytes: halved as often as needed, rows as words of 64 columns.
class BitPlane {
 public:
  BitPlane(int64_t height, int64_t width)
      : height_(height), width_(width), words_((width + 63) / 64), rows_(static_cast<size_t>(height * words_)) {}

  void load(const std::byte* in) {
    height_now_ = height_, width_now_ = width_, words_now_ = words_;
    for (int64_t row = 0, at = 0; row < height_; ++row)
      for (int64_t byte = 0; byte < width_ / 8; byte += 8)
        rows_[static_cast<size_t>(at++)] = load_word(in + row * width_ / 8 + byte, width_ / 8 - byte);
  }

  void halve_once() {
    const int64_t words = (words_now_ + 1) / 2;
    for (int64_t row = 0; row < height_now_ / 2; ++row) {
      const uint64_t *upper = &rows_[static_cast<size_t>(2 * row * words_now_)], *lower = upper + words_now_;
      for (int64_t word = 0; word < words; ++word) {
        const bool pair = 2 * word + 1 < words_now_;
        const uint64_t left = halve(upper[2 * word], lower[2 * word]),
                       right = pair ? halve(upper[2 * word + 1], lower[2 * word + 1]) : 0;
        rows_[static_cast<size_t>(row * words + word)] = left | right >> 32;
      }
    }
    height_now_ /= 2, width_now_ /= 2, words_now_ = words;
  }

  void store(std::byte* out) const {
    for (int64_t row = 0, at = 0; row < height_now_; ++row)
      for (int64_t byte = 0; byte < width_now_ / 8; byte += 8)
        store_word(rows_[static_cast<size_t>(at++)], width_now_ / 8 - byte, out + row * width_now_ / 8 + byte);
  }

 private:
  int64_t height_, width_, words_;
  int64_t height_now_ = 0, width_now_ = 0, words_now_ = 0;
  std::vector<uint64_t> rows_;
};

// The mean of each block, rounded half up.
void shrink_bytes(const uint8_t* in, int64_t height, int64_t width, int64_t factor, uint8_t* out) {
  const int64_t count = factor * factor;
  for (int64_t y = 0; y < height; y += factor)
    for (int64_t x = 0; x < width; x += factor) {
      int64_t sum = count / 2;
      for (int64_t dy = 0; dy < factor; ++dy)
        for (int64_t dx = 0; dx < factor; ++dx) sum += in[(y + dy) * width + x + dx];
      *out++ = static_cast<uint8_t>(sum / count);
    }
}

// Every field that is an image of the same size as "x" is shrunk (masks, partners); others pass through.
class Resize final : public View {
 public:
  struct Options {
    int64_t size = 32;
    void describe(Fields& f) {
      f.field("size", size,
              "height and width of the new images, pixels; a divisor of the old size (of bits: a half, a quarter, ...)",
              between(1, 4096));
    }
  };

  Resize(const Options& options, const Setup& setup) : inner_(setup.inner), spec_(inner_->spec()), size_(options.size) {
    const std::vector<int64_t> shape = spec_.fields.at(0).shape;
    if ((spec_.modality != Modality::image && spec_.modality != Modality::video) || shape.size() < 3)
      refuse("it has no images");
    height_ = shape[shape.size() - 2];
    width_ = shape.back();
    if (height_ != width_) refuse("its images are not square");
    if (height_ % size_ != 0)
      refuse("its images are " + std::to_string(height_) + " pixels wide, no multiple of " + std::to_string(size_));
    factor_ = height_ / size_;
    for (FieldSpec& field : spec_.fields) resized_.push_back(resize_field(field));
  }

  const DataSpec& spec() const override { return spec_; }

  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    if (!resized_[field]) return inner_->gather(index, field, draw, out);
    // In portions that stay in the nearest cache.
    constexpr size_t portion = 32;
    const auto bytes = static_cast<size_t>(spec_.fields[field].bytes()),
               inner_bytes = static_cast<size_t>(inner_->spec().fields[field].bytes());
    std::vector<std::byte> large(std::min(portion, index.size()) * inner_bytes);
    for (size_t first = 0; first < index.size(); first += portion) {
      const auto some = index.subspan(first, std::min(portion, index.size() - first));
      const std::span<std::byte> items(large.data(), some.size() * inner_bytes);
      inner_->gather(some, field, draw, items);
      shrink(field, items, out.subspan(first * bytes, some.size() * bytes));
    }
  }

  void factors(std::span<const int64_t> index, std::span<float> out) const override { inner_->factors(index, out); }
  std::vector<int64_t> split(std::string_view name) const override { return inner_->split(name); }
  std::optional<int64_t> find(std::span<const float> numbers) const override { return inner_->find(numbers); }

  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (out.size() != static_cast<size_t>(spec_.fields[0].bytes())) return false;
    if (!resized_[0]) return inner_->render(numbers, out);
    std::vector<std::byte> large(static_cast<size_t>(inner_->spec().fields[0].bytes()));
    if (!inner_->render(numbers, large)) return false;
    shrink(0, large, out);
    return true;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error("view 'resize' cannot make images of " + std::to_string(size_) + "x" + std::to_string(size_) +
                    " of data set '" + spec_.name + "': " + why,
                "It takes square images of bits or bytes and a size that divides theirs, for example half of it.");
  }

  // Whether the field changes; gives it its new shape.
  bool resize_field(FieldSpec& field) const {
    const size_t n = field.shape.size();
    if (n < 3 || field.shape[n - 2] != height_ || field.shape[n - 1] != width_ || factor_ == 1) return false;
    if (field.dtype != Dtype::bit && field.dtype != Dtype::u8)
      refuse("field '" + field.name + "' holds neither bits nor bytes");
    if (field.dtype == Dtype::bit && !std::has_single_bit(static_cast<uint64_t>(factor_)))
      refuse("black and white images can only be halved again and again");
    if (field.dtype == Dtype::bit && size_ % 8 != 0)
      refuse("a row of black and white pixels must be whole bytes, so a multiple of 8");
    field.shape[n - 2] = field.shape[n - 1] = size_;
    return true;
  }

  // Planes lie one after another, also over items: an item of bits has whole bytes here.
  void shrink(size_t field, std::span<const std::byte> in, std::span<std::byte> out) const {
    const bool bits = spec_.fields[field].dtype == Dtype::bit;
    const auto plane = static_cast<size_t>(bits ? height_ * width_ / 8 : height_ * width_);
    const auto small = plane / static_cast<size_t>(factor_ * factor_);
    BitPlane words(height_, width_);
    for (size_t p = 0; p < in.size() / plane; ++p) {
      const std::byte* from = in.data() + p * plane;
      std::byte* to = out.data() + p * small;
      if (!bits) {
        shrink_bytes(reinterpret_cast<const uint8_t*>(from), height_, width_, factor_, reinterpret_cast<uint8_t*>(to));
        continue;
      }
      words.load(from);
      for (int64_t f = factor_; f > 1; f /= 2) words.halve_once();
      words.store(to);
    }
  }

  std::shared_ptr<const Dataset> inner_;
  DataSpec spec_;
  int64_t size_, height_ = 0, width_ = 0, factor_ = 1;
  std::vector<bool> resized_;
};

TEASEL_REGISTER(View, Resize,
                "smaller images: blocks averaged (bytes), or on where at least half of 2x2 pixels are (bits)");

}  // namespace
}  // namespace teasel
