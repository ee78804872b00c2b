// The user's own images in an npy, npz or HDF5 file, with factors in another array or a csv file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "teasel/core/mapped_file.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/table_dataset.hpp"

namespace teasel {
namespace {

// How images lie in the file.
struct Layout {
  int64_t channels = 1, height = 0, width = 0;
  bool interleaved = false;  // [N, H, W, C]

  int64_t elements() const { return channels * height * width; }
};

Layout layout_of(const RowReader& images, const std::string& wanted) {
  const auto& s = images.shape();
  const auto fail = [&](const std::string& reason) {
    throw Error(fmt::format("{} has the shape ({}): {}", images.where(), fmt::join(s, ", "), reason),
                "Images are [N, H, W], [N, C, H, W] or [N, H, W, C] with 1 or 3 channels; data.layout says which.");
  };
  const bool three = s.size() == 3;
  if (!three && s.size() != 4) fail("these are no images");
  const auto colours = [](int64_t n) { return n == 1 || n == 3; };
  std::string layout = wanted;
  if (layout == "auto") {
    if (!three && colours(s[1]) && colours(s[3])) fail("channels may be second or last");
    layout = three ? "nhw" : colours(s[1]) ? "nchw" : "nhwc";
  }
  if (three != (layout == "nhw")) fail(fmt::format("this is not the layout {}", layout));
  const Layout out = layout == "nhw"    ? Layout{1, s[1], s[2]}
                     : layout == "nchw" ? Layout{s[1], s[2], s[3]}
                                        : Layout{s[3], s[1], s[2], s[3] > 1};
  if (!colours(out.channels)) fail(fmt::format("{} channels", out.channels));
  if (s[0] == 0 || images.row_elements() == 0) fail("there is nothing in it");
  return out;
}

// The array of images: the one that is named, or the only one, or one of the customary names.
std::unique_ptr<RowReader> open_images(const std::string& file, const std::string& key) {
  if (!key.empty()) return open_rows(file, key);
  for (const ArrayInfo& array : list_arrays(file))
    for (const char* name : {"images", "imgs", "x"})
      if (array.name == name) return open_rows(file, name);
  return open_rows(file);
}

bool has_array(const std::string& file, const std::string& name) {
  const auto kind = array_file_kind(file);
  if (!kind || kind == ArrayFile::npy) return false;
  const auto list = list_arrays(file);
  return std::ranges::find(list, name, &ArrayInfo::name) != list.end();
}

class Arrays final : public TableDataset {
 public:
  struct Options {
    std::string images, images_key, factors, factors_key, layout = "auto", values = "auto";
    double low = 0, high = 1;
    FactorOptions columns;
    void describe(Fields& f) {
      f.field("images", images, "an npy, npz or HDF5 file with the images: bool, uint8 or floats");
      f.field("images_key", images_key, "their name within npz or HDF5; none: images, imgs, x, or the only array");
      f.field("factors", factors,
              "an npy, npz, HDF5 or csv file with the factors [N, K]; none: the array 'factors' beside the images, "
              "where there is one");
      f.field("factors_key", factors_key, "their name within npz or HDF5; none: factors, or the only array");
      f.field("layout", layout, "what the extents of the images are", one_of({"auto", "nhw", "nchw", "nhwc"}));
      f.field("values", values,
              "what uint8 means: bits are 0 and 1, bytes 0 to 255; auto: bits where no value is above 1",
              one_of({"auto", "bits", "bytes"}));
      f.field("low", low, "lowest value that floats may have");
      f.field("high", high, "highest value that floats may have");
      columns.describe(f);
    }
  };

  Arrays(const Options& options, const Setup& setup) {
    const std::string& file = options.images.empty() ? setup.path : options.images;
    if (file.empty())
      throw Error("data set 'arrays' needs images", "Set data.images to an npy, npz or HDF5 file; data.factors too.");
    if (!(options.low < options.high))
      throw Error("data set 'arrays': low must be below high", "They are the range of float images.");
    images_ = open_images(file, options.images_key);
    layout_ = layout_of(*images_, options.layout);
    DataSpec spec;
    spec.name = "arrays";
    spec.size = images_->rows();
    spec.fields = {{"x", {layout_.channels, layout_.height, layout_.width}, load(options)}};
    if (spec.fields[0].dtype == Dtype::f32) spec.low = options.low, spec.high = options.high;
    auto [table, where] = read_table(options, file);
    set_up(std::move(spec), std::move(table), where);
  }

  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    const auto bytes = static_cast<size_t>(spec_.fields[0].bytes());
    const std::span<const std::byte> all = loaded_ ? loaded_->bytes() : images_->mapped();
    for (size_t i = 0; i < index.size(); ++i) {
      const auto item = all.subspan(static_cast<size_t>(index[i]) * bytes, bytes);
      if (layout_.interleaved && !loaded_)
        to_planes(item, layout_.channels, static_cast<int64_t>(size_of(images_->type())),
                  out.subspan(i * bytes, bytes));
      else
        std::memcpy(out.data() + i * bytes, item.data(), bytes);
    }
  }

 private:
  struct Table {
    FactorTable table;
    std::string where;
  };

  static Table read_table(const Options& options, const std::string& images) {
    std::string file = options.factors, key = options.factors_key;
    const bool beside = file.empty() && has_array(images, key.empty() ? "factors" : key);
    if (file.empty() && !beside && !key.empty())
      throw Error(fmt::format("'{}' has no array '{}'", images, key), "data.factors_key names an array of factors.");
    if (beside) file = images;
    if (file.empty()) return {};
    if (key.empty() && has_array(file, "factors")) key = "factors";
    return {read_factors(file, key, options.columns), fmt::format("'{}'", file)};
  }

  // Decides how images are held and takes them into memory, unless they lie mapped as they are needed.
  Dtype load(const Options& options) {
    switch (images_->type()) {
      case ArrayType::boolean:
        load_bits();
        return Dtype::bit;
      case ArrayType::u8:
        if (options.values != "bytes" && load_bits()) return Dtype::bit;
        if (options.values == "bits")
          throw Error(fmt::format("{} has values above 1", images_->where()), "Set data.values to bytes or auto.");
        if (images_->mapped().empty()) load_planes<uint8_t, uint8_t>([](uint8_t v) { return v; });
        return Dtype::u8;
      case ArrayType::f32:
        if (images_->mapped().empty()) load_planes<float, float>([](float v) { return v; });
        check_floats(options);
        return Dtype::f32;
      case ArrayType::f64:
        load_planes<double, float>([](double v) { return static_cast<float>(v); });
        check_floats(options);
        return Dtype::f32;
      default:
        throw Error(fmt::format("{} holds {}", images_->where(), name_of(images_->type())),
                    "Images are bool, uint8 or floats: convert them with array.astype.");
    }
  }

  // Bits, eight a byte. False where a value is above 1: then nothing is held.
  bool load_bits() {
    const auto pixels = static_cast<size_t>(layout_.elements()), bytes = (pixels + 7) / 8;
    auto scratch = std::make_unique<Scratch>(images_->rows() * static_cast<int64_t>(bytes));
    struct AboveOne {};
    try {
      std::vector<std::byte> packed(bytes), planes(pixels);
      images_->for_each([&](int64_t first, std::span<const std::byte> rows) {
        for (size_t at = 0; at < rows.size(); at += pixels, ++first) {
          if (layout_.interleaved) to_planes(rows.subspan(at, pixels), layout_.channels, 1, planes);
          if (!pack_bits(layout_.interleaved ? planes : rows.subspan(at, pixels), packed)) throw AboveOne();
          scratch->write(first * static_cast<int64_t>(bytes), packed);
        }
      });
    } catch (const AboveOne&) {
      return false;
    }
    loaded_ = std::move(scratch);
    return true;
  }

  template <class From, class To, class Convert>
  void load_planes(Convert&& convert) {
    const auto elements = static_cast<size_t>(layout_.elements());
    loaded_ = std::make_unique<Scratch>(images_->rows() * static_cast<int64_t>(elements * sizeof(To)));
    std::vector<To> converted(elements), planes(elements);
    images_->for_each([&](int64_t first, std::span<const std::byte> rows) {
      for (size_t at = 0; at < rows.size(); at += elements * sizeof(From), ++first) {
        for (size_t e = 0; e < elements; ++e) {
          From value;
          std::memcpy(&value, rows.data() + at + e * sizeof(From), sizeof(From));
          converted[e] = convert(value);
        }
        if (layout_.interleaved)
          to_planes(std::as_bytes(std::span(converted)), layout_.channels, sizeof(To),
                    std::as_writable_bytes(std::span(planes)));
        loaded_->write(first * static_cast<int64_t>(elements * sizeof(To)),
                       std::as_bytes(std::span(layout_.interleaved ? planes : converted)));
      }
    });
  }

  // Every value before the first step, so that a NaN is not met in the middle of a training.
  void check_floats(const Options& options) const {
    const std::span<const std::byte> all = loaded_ ? loaded_->bytes() : images_->mapped();
    const auto elements = static_cast<size_t>(layout_.elements());
    // The limits as the images have them: as floats, 0.3 is above 0.3 and 0.7 below 0.7.
    const auto low = static_cast<float>(options.low), high = static_cast<float>(options.high);
    for (size_t at = 0; at < all.size() / sizeof(float); ++at) {
      float value;
      std::memcpy(&value, all.data() + at * sizeof(float), sizeof(float));
      if (value >= low && value <= high) continue;
      throw Error(fmt::format("image {} of {} has the value {}, where floats from {} to {} are expected", at / elements,
                              images_->where(), value, options.low, options.high),
                  std::isfinite(value) ? "Scale the images, or set data.low and data.high to their range."
                                       : "Replace what is not a finite number before training.");
    }
  }

  std::unique_ptr<RowReader> images_;
  Layout layout_;
  std::unique_ptr<Scratch> loaded_;  // packed as the field says; none: the mapped file is used
};

TEASEL_REGISTER(Dataset, Arrays,
                "your own images in an npy, npz or HDF5 file (bool, uint8 or floats), factors beside them or in csv");

}  // namespace
}  // namespace teasel
